// Run again before each file of tests; what it imports is run once for all of them.
import "../components/promises";
import "./shortcuts";
