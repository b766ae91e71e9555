// What a kubelet says over an upgraded connection when a command is run in a pod. Nothing is run here: whoever passes the
// request on has decided how the command ends, and says so in the request's headers.
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"k8s.io/cri-streaming/pkg/streaming/remotecommand"
	"k8s.io/utils/exec"
)

// The newest first, as a kubelet has them; `v5` is between the API server and its clients.
var protocols = []string{
	"v4.channel.k8s.io",
	"v3.channel.k8s.io",
	"v2.channel.k8s.io",
	"channel.k8s.io",
}

// A command that has ended: `Exec-Code`, and base64 of what it wrote, `Exec-Output` and `Exec-Errors`.
type ended struct {
	code           int
	output, errors []byte
}

func (one ended) ExecInContainer(_ context.Context, _, _, _ string, _ []string, _ io.Reader, out, err io.WriteCloser, _ bool, _ <-chan remotecommand.TerminalSize, _ time.Duration) error {
	for stream, text := range map[io.WriteCloser][]byte{out: one.output, err: one.errors} {
		if stream != nil {
			if _, failed := stream.Write(text); failed != nil {
				return failed
			}
		}
	}
	if one.code == 0 {
		return nil
	}
	return exec.CodeExitError{Err: fmt.Errorf("exit code %d", one.code), Code: one.code}
}

func endedOf(header http.Header) (ended, error) {
	code, err := strconv.Atoi(header.Get("Exec-Code"))
	if err != nil {
		return ended{}, err
	}
	output, err := base64.StdEncoding.DecodeString(header.Get("Exec-Output"))
	if err != nil {
		return ended{}, err
	}
	errors, err := base64.StdEncoding.DecodeString(header.Get("Exec-Errors"))
	return ended{code, output, errors}, err
}

func serve(response http.ResponseWriter, request *http.Request) {
	how, err := endedOf(request.Header)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	options, err := remotecommand.NewOptions(request)
	if err != nil {
		http.Error(response, err.Error(), http.StatusBadRequest)
		return
	}
	// A kubelet's own times: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
	const idle, creation = 4 * time.Hour, 30 * time.Second
	remotecommand.ServeExec(response, request, how, "", "", "", request.URL.Query()["command"], options, idle, creation, protocols)
}

// The one argument is the port of 127.0.0.1 to listen on.
func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: kubelet-exec PORT")
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		<-stop
		listener.Close()
		os.Exit(0)
	}()
	log.Fatal(http.Serve(listener, http.HandlerFunc(serve)))
}
