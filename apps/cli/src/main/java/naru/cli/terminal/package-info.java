/** What is shown: tables, facts, histograms and progress, for people at a terminal and as JSON for scripts. */
package naru.cli.terminal;
