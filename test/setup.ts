// Run again before each file of tests; what it imports is run once for all of them.
import "./shortcuts";
