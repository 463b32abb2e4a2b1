/** What a page of the site does by itself: theme, search, copy buttons, the mark in the table of contents, quizzes, guests that run, the map's memory. */
import { startCopyButtons } from './copy';
import { startMap } from './map';
import { startQuiz } from './quiz';
import { startRuns } from './run';
import { startSearch } from './search';
import { startTheme } from './theme';
import { startContents } from './contents';

startTheme();
startCopyButtons();
startContents();
startSearch();
startQuiz();
startRuns();
startMap();
