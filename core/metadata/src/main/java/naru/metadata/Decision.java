package naru.metadata;

import java.util.List;
import naru.protocol.Message;

/**
 * What the controller decided.
 *
 * @param records to be committed before the reply leaves; none when nothing changes
 * @param reply the response message
 */
public record Decision(List<Message> records, Message reply) {}
