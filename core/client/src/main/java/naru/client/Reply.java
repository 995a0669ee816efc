package naru.client;

import naru.base.PeerVisit;
import naru.protocol.Message;
import naru.protocol.message.ApiKey;

/** What became of a question to another node. */
public sealed interface Reply {

    /**
     * The other side answered.
     *
     * @param answer its records are slices of the frame: valid until the end of the turn
     * @param version in which it was asked and answered
     */
    record Answered(Message answer, int version) implements Reply {}

    /**
     * No answer will come on this connection.
     *
     * @param why {@link PeerVisit.Ending#UNREACHABLE} also when an answer took too long, or when too much was under way
     * @param sent true when the other side may have worked on the question
     */
    record Lost(PeerVisit.Ending why, boolean sent) implements Reply {}

    /** The two sides have no version of this API in common; the connection goes on. */
    record Unspoken(ApiKey api) implements Reply {}
}
