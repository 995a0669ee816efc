package naru.metadata;

import java.util.List;
import naru.protocol.Message;

/**
 * What the controller decided.
 *
 * @param records to be committed before the reply leaves; none when nothing changes
 * @param reply the response message; null where nobody waits for one
 * @param notices sentences for the operator's log, once the records are committed
 */
public record Decision(List<Message> records, Message reply, List<String> notices) {

    public Decision(List<Message> records, Message reply) {
        this(records, reply, List.of());
    }

    static Decision nothing(Message reply) {
        return new Decision(List.of(), reply);
    }
}
