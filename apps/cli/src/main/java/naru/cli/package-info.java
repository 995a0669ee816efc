/** The {@code naru} command: talks Kafka's protocol to brokers, and has no other way in. */
package naru.cli;
