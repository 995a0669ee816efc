/**
 * Asks two brokers the same questions and compares what they say, field by field.
 *
 * <p>A {@link naru.differential.Scenario} is a conversation. It is held with Apache Kafka once, and its
 * {@link naru.differential.Transcript} is kept in {@code recordings/}; every test run holds it with Naru and compares. What may differ
 * stands in {@code differences.txt} with the reason.
 */
package naru.differential;
