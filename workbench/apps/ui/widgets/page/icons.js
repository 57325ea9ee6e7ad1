/*! Icons: Lucide, ISC License, Copyright (c) Lucide Icons and Contributors; parts from Feather, MIT License, Copyright (c) Cole Bemis */
// ISC License
//
// Copyright (c) 2026 Lucide Icons and Contributors
//
// Permission to use, copy, modify, and/or distribute this software for any
// purpose with or without fee is hereby granted, provided that the above
// copyright notice and this permission notice appear in all copies.
//
// THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES
// WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF
// MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR
// ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES
// WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
// ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF
// OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.
//
// The MIT License (MIT), for the icons derived from Feather (check, chevrons, clock, columns, copy, download, info, plus,
// refresh, search, trending-up, x and others)
// Copyright (c) 2013-present Cole Bemis
// Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
// documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
// rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
// persons to whom the Software is furnished to do so, subject to the following conditions:
// The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
// Software.
// THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
// WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
// COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
// OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

const ICONS = {
  x: [["path", {d:"M18 6 6 18"}],["path", {d:"m6 6 12 12"}]],
  check: [["path", {d:"M20 6 9 17l-5-5"}]],
  down: [["path", {d:"m6 9 6 6 6-6"}]],
  left: [["path", {d:"m15 18-6-6 6-6"}]],
  right: [["path", {d:"m9 18 6-6-6-6"}]],
  first: [["path", {d:"m11 17-5-5 5-5"}],["path", {d:"m18 17-5-5 5-5"}]],
  last: [["path", {d:"m6 17 5-5-5-5"}],["path", {d:"m13 17 5-5-5-5"}]],
  plus: [["path", {d:"M5 12h14"}],["path", {d:"M12 5v14"}]],
  search: [["path", {d:"m21 21-4.34-4.34"}],["circle", {cx:"11", cy:"11", r:"8"}]],
  filter: [["path", {d:"M2 5h20"}],["path", {d:"M6 12h12"}],["path", {d:"M9 19h6"}]],
  download: [["path", {d:"M12 15V3"}],["path", {d:"M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"}],["path", {d:"m7 10 5 5 5-5"}]],
  copy: [["rect", {width:"14", height:"14", x:"8", y:"8", rx:"2", ry:"2"}],["path", {d:"M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"}]],
  info: [["circle", {cx:"12", cy:"12", r:"10"}],["path", {d:"M12 16v-4"}],["path", {d:"M12 8h.01"}]],
  refresh: [["path", {d:"M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8"}],["path", {d:"M21 3v5h-5"}],["path", {d:"M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16"}],["path", {d:"M8 16H3v5"}]],
  calendar: [["path", {d:"M8 2v3"}],["path", {d:"M16 2v3"}],["rect", {x:"3", y:"3", width:"18", height:"18", rx:"2"}],["path", {d:"M3 9h18"}]],
  clock: [["circle", {cx:"12", cy:"12", r:"10"}],["path", {d:"M12 6v6l4 2"}]],
  pulse: [["path", {d:"M22 12h-2.48a2 2 0 0 0-1.93 1.46l-2.35 8.36a.25.25 0 0 1-.48 0L9.24 2.18a.25.25 0 0 0-.48 0l-2.35 8.36A2 2 0 0 1 4.49 12H2"}]],
  undo: [["path", {d:"M9 14 4 9l5-5"}],["path", {d:"M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"}]],
  code: [["path", {d:"m18 16 4-4-4-4"}],["path", {d:"m6 8-4 4 4 4"}],["path", {d:"m14.5 4-5 16"}]],
  table: [["path", {d:"M3 9h18"}],["path", {d:"M9 3v18"}],["rect", {x:"3", y:"3", width:"18", height:"18", rx:"2"}]],
  columns: [["rect", {width:"18", height:"18", x:"3", y:"3", rx:"2"}],["path", {d:"M9 3v18"}],["path", {d:"M15 3v18"}]],
  chart: [["path", {d:"M3 3v16a2 2 0 0 0 2 2h16"}],["path", {d:"M18 17V9"}],["path", {d:"M13 17V5"}],["path", {d:"M8 17v-3"}]],
  up: [["path", {d:"m5 12 7-7 7 7"}],["path", {d:"M12 19V5"}]],
  fall: [["path", {d:"M12 5v14"}],["path", {d:"m19 12-7 7-7-7"}]],
  even: [["path", {d:"M5 12h14"}],["path", {d:"m12 5 7 7-7 7"}]],
  warning: [["path", {d:"m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"}],["path", {d:"M12 9v4"}],["path", {d:"M12 17h.01"}]],
  group: [["path", {d:"M16 3h3a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1h-3"}],["path", {d:"M8 21H5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h3"}]],
  open: [["rect", {width:"18", height:"18", x:"3", y:"3", rx:"2"}],["path", {d:"M15 3v18"}]],
  empty: [["polyline", {"points":"22 12 16 12 14 15 10 15 8 12 2 12"}],["path", {d:"M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"}]],
  save: [["path", {d:"M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z"}]],
  rise: [["path", {d:"M16 7h6v6"}],["path", {d:"m22 7-8.5 8.5-5-5L2 17"}]],
  tag: [["path", {d:"M12.586 2.586A2 2 0 0 0 11.172 2H4a2 2 0 0 0-2 2v7.172a2 2 0 0 0 .586 1.414l8.704 8.704a2.426 2.426 0 0 0 3.42 0l6.58-6.58a2.426 2.426 0 0 0 0-3.42z"}],["circle", {cx:"7.5", cy:"7.5", r:".5", "fill":"currentColor"}]],
};
