// A Redis for machines that have none: miniredis behind the flags that Argo CD's Redis is started with.
package main

import (
	"flag"
	"log"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	bind := flag.String("bind", "127.0.0.1", "address to listen on")
	port := flag.String("port", "6379", "port to listen on")
	flag.String("save", "", "accepted for redis-server's sake: nothing is ever written to disk")
	flag.String("appendonly", "no", "accepted for redis-server's sake")
	flag.Parse()

	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(net.JoinHostPort(*bind, *port)); err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	// miniredis' clock stands still unless it is moved on: keys would never expire.
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	for {
		select {
		case <-ticker.C:
			server.FastForward(time.Second)
		case <-stop:
			return
		}
	}
}
