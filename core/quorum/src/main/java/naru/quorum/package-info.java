/** The metadata log of a node that is a quorum by itself, in Kafka's own files. */
package naru.quorum;
