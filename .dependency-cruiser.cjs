/** Who may import whom. test/layers.test.ts runs these rules over the tree and over planted violations. */
const door = (...folders) =>
  folders.flatMap((f) =>
    f === 'course' ? ['^src/course/index\\.ts$', '^src/course/[a-z]+/index\\.ts$'] : [`^src/${f}/index\\.ts$`],
  );
/** Files of `from` may import their own folder, the doors named, and what `more` lists. */
const layer = (name, from, comment, allowed) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { pathNot: allowed, dependencyTypesNot: ['core', 'npm', 'npm-dev'] },
});
const noRuntime = (name, from, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'unknown'] },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    layer(
      'machine-imports-nothing',
      '^src/machine/',
      'The machine is a computer: it knows no hypervisor, no course and no Node, so that it runs in a page and can be read alone.',
      ['^src/machine/'],
    ),
    layer(
      'guests-see-the-machine',
      '^src/guests/',
      'Guests are programs for the machine; they must not know who carries them.',
      ['^src/guests/', ...door('machine')],
    ),
    layer(
      'popek-goldberg-sees-the-machine',
      '^src/popek-goldberg/',
      'Machine models are judged by what they do; one of them is our own machine, and none knows a hypervisor.',
      ['^src/popek-goldberg/', ...door('machine')],
    ),
    layer(
      'vmm-sees-the-machine',
      '^src/vmm/',
      'The hypervisor meets the hardware through #machine only, and never sees the solutions: students replace them.',
      ['^src/vmm/', ...door('machine', 'popek-goldberg')],
    ),
    {
      name: 'vmm-knows-the-classifier-by-type',
      severity: 'error',
      comment: "Lesson 02's part is one of Parts, and no part of a hypervisor: its types are all that the frame needs.",
      from: { path: '^src/vmm/' },
      to: { path: '^src/popek-goldberg/', dependencyTypesNot: ['type-only'] },
    },
    layer(
      'parts-see-what-students-see',
      '^(solutions|exercises|test/second)/',
      'A part is written against the doors that a student has: #machine, #vmm and the one of its subject.',
      door('machine', 'vmm', 'popek-goldberg'),
    ),
    layer(
      'mutants-spoil-solutions',
      '^test/mutants/',
      'A wrong solution is written like a part, or takes the right one, or what its suite has to make one, and spoils it.',
      ['^solutions/', '^test/lessons/support/', ...door('machine', 'vmm', 'popek-goldberg')],
    ),
    layer(
      'reference-composes',
      '^src/reference\\.ts$',
      'The composition root joins frame and solutions, and nothing else.',
      ['^solutions/', ...door('machine', 'vmm')],
    ),
    layer(
      'browser-composes',
      '^src/browser\\.ts$',
      'The worker of a page joins what pages ask for with the reference, and nothing else.',
      ['^src/reference\\.ts$', '^src/course/browser/index\\.ts$'],
    ),
    layer(
      'course-gets-its-manifest',
      '^src/course/',
      'The engine of the course is handed lessons and parts; it must work for a course that is not ours.',
      ['^src/course/', ...door('machine', 'vmm', 'guests')],
    ),
    layer('lessons-are-data', '^lessons/', 'The manifest is typed data.', ['^lessons/', ...door('course', 'vmm')]),
    layer('cli-uses-doors', '^src/cli/', 'Commands use what everybody can use.', [
      '^src/cli/',
      '^lessons/course\\.ts$',
      '^src/reference\\.ts$',
      ...door('machine', 'vmm', 'guests', 'course', 'popek-goldberg'),
    ]),
    noRuntime(
      'machine-is-pure',
      '^src/(machine|guests|vmm|popek-goldberg)/',
      'No clock, file, console or package: everything is injected, so runs are repeatable and work in a browser.',
    ),
    noRuntime('parts-are-pure', '^(solutions|exercises)/', 'A part needs nothing but the doors.'),
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle hides which of the two is the foundation.',
      from: { path: '^(src|solutions|lessons)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.hv|public)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
