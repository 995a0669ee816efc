package naru.histories;

/** One record as a poll returned it. */
public record Seen(String partition, long offset, String value) {}
