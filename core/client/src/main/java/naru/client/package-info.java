/** Our small client: asks other nodes in Kafka's protocol, as everybody else does. No back door. */
package naru.client;
