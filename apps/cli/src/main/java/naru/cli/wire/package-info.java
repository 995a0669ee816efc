/** The way to brokers: sockets of one thread, and the questions that are asked over them. */
package naru.cli.wire;
