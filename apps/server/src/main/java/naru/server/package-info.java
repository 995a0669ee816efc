/** Starts a broker: configuration in, wiring, one line when it is ready. No decisions are made here. */
package naru.server;
