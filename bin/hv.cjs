#!/usr/bin/env node
'use strict';
require('./launch.cjs')('hv.cjs', 'cli/main.ts');
