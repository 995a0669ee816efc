package naru.broker;

import naru.protocol.Message;

/** Serves one API. Runs on the lane of the connection; answers now or in a later turn, exactly once. */
interface Handler<M extends Message> {

    /** The body's records are slices of the frame: valid until the end of the turn. */
    void handle(Request request, M body);
}
