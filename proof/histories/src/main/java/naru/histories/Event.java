package naru.histories;

/**
 * One line of a history.
 *
 * @param timeNs nanoseconds since any moment, the same for all processes of the history
 * @param process who; one that was killed comes back under another name
 */
public record Event(long timeNs, String process, Stage stage, Operation operation) {}
