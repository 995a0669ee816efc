/** One handler for each API, and the lane that joins log, replication, metadata and coordination behind them. */
package naru.broker;
