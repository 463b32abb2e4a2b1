import jest from 'eslint-plugin-jest';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', '.hv/**', 'public/**', 'exercises/**', '**/*.cjs', '**/*.mjs', 'test/fixtures/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off', // methods of our interfaces do not use this
      '@typescript-eslint/only-throw-error': ['error', { allow: [{ from: 'file', name: 'Trap' }] }], // a Trap is a value without a stack
      '@typescript-eslint/no-unused-expressions': ['error', { allowTaggedTemplates: true }], // WebAssembly text is written as code`...`
      'max-lines': ['error', { max: 400, skipBlankLines: true }],
      'max-params': ['error', { max: 6 }],
      complexity: ['error', 20],
      'no-console': 'error',
    },
  },
  { files: ['src/machine/engine/**'], rules: { complexity: ['error', 30] } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    ...jest.configs['flat/recommended'],
    rules: {
      ...jest.configs['flat/recommended'].rules,
      'jest/expect-expect': 'off',
      'jest/no-conditional-expect': 'off',
      'jest/no-standalone-expect': 'off',
      'jest/valid-title': 'off',
      'jest/no-export': 'off',
      'jest/no-disabled-tests': 'off', // a missing Debian package skips, and says so
      'jest/valid-describe-callback': 'off',
      'no-console': 'off',
      'max-lines': 'off',
      'max-params': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
