/**
 * The record batch, version 2, as it is on the wire and on disk: see
 * <a href="https://kafka.apache.org/documentation/#recordbatch">the format's page</a>. A batch is kept as the producer
 * sent it; the broker stamps the few header fields that its checksum leaves out.
 */
package naru.protocol.batch;
