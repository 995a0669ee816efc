package naru.differential;

import naru.protocol.message.ApiKey;

/**
 * A conversation worth having with every broker.
 *
 * @param name a few words with dashes; the recording's file name, and the beginning of every name the conversation makes up
 * @param about the API whose versions it is held in, one conversation for each
 */
public record Scenario(String name, ApiKey about, Story story) {

    /** What is said. It may look at answers, and must say the same to brokers that answer the same. */
    @FunctionalInterface
    public interface Story {
        void tell(Conversation with, int version);
    }
}
