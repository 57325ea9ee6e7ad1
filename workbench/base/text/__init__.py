"""Pure text: defanging, canonical and unwrapped URLs, and folding of open vocabularies. No I/O, never raises on input."""
