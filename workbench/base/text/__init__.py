"""Pure text: defanging, URLs as browsers read them, look-alike letters, folding. No I/O; no input raises."""
