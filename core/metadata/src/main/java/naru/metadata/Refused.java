package naru.metadata;

import naru.protocol.ErrorCode;

/** Why one item of a request is turned down. Control flow inside this room alone: it ends as an answer's error code. */
final class Refused extends Exception {

    private static final long serialVersionUID = 1;

    private final ErrorCode code;

    Refused(ErrorCode code, String why) {
        super(why, null, false, false);
        this.code = code;
    }

    short code() {
        return code.code();
    }
}
