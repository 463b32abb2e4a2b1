'use strict';
// The resident runner that `hv watch`, `hv test` and `hv check` start; never called by hand.
require('./launch.cjs')('grader.cjs', 'course/grading/child.ts');
