"""Pure text: defanging, canonical and unwrapped URLs, and folding of open vocabularies. No I/O; no input raises."""
