package naru.consensus;

import java.util.function.Consumer;
import naru.client.Reply;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/** Takes the quorum's questions to other controllers. Called on lane 0 alone. */
public interface Postman {

    /**
     * The reply comes on lane 0, in a later turn, exactly once.
     *
     * @param thinkingMs milliseconds that the other side may wait before it answers
     */
    void ask(Address to, ApiKey api, Message request, long thinkingMs, Consumer<Reply> whenReplied);
}
