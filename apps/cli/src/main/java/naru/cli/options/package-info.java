/** What may be typed: commands, their options and operands, and what is said about them in help and completion. */
package naru.cli.options;
