/**
 * The metadata log of a cluster: Kafka's own Raft engine between our ports. Kafka's jars end here.
 */
package naru.consensus;
