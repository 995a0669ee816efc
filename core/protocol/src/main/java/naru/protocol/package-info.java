/**
 * Kafka's protocol: messages generated from Kafka's own schemas, and the means to read and write them.
 *
 * <p>Framing, sockets and meaning are elsewhere. Versions end here: a message has the newest shape, and a field that the
 * version on the wire does not know is left out when writing and has its default after reading.
 */
package naru.protocol;
