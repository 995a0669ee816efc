package naru.metadata;

import java.util.List;
import naru.protocol.Message;

/**
 * What the controller decided.
 *
 * @param records to be committed before the reply leaves; none when nothing changes
 * @param reply the response message; null where nobody waits for one
 * @param notices sentences for the operator's log, once the records are committed
 * @param question what the quorum has to be asked before this can be decided; null when nothing. Then there is no reply yet.
 */
public record Decision(List<Message> records, Message reply, List<String> notices, QuorumQuestion question) {

    /**
     * May {@code kraft.version} rise? If so, it does.
     *
     * @param rehearsed to ask, and leave it where it is
     */
    public record QuorumQuestion(short version, boolean rehearsed) {}

    public Decision(List<Message> records, Message reply, List<String> notices) {
        this(records, reply, notices, null);
    }

    public Decision(List<Message> records, Message reply) {
        this(records, reply, List.of());
    }

    static Decision asking(QuorumQuestion question) {
        return new Decision(List.of(), null, List.of(), question);
    }

    static Decision nothing(Message reply) {
        return new Decision(List.of(), reply);
    }
}
