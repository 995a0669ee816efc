package naru.server;

import java.nio.file.AccessDeniedException;
import naru.base.DiskFailure;

/** What prevented a command, in one sentence for the person who typed it. */
final class Explanation {

    private Explanation() {}

    static String of(Exception why) {
        for (Throwable cause = why; cause != null; cause = cause.getCause()) {
            if (cause instanceof AccessDeniedException denied) {
                return "there is no permission for " + denied.getFile() + "; give it to user " + System.getProperty("user.name")
                        + ", or run this as another user";
            }
        }
        return why.getMessage() + advice(why);
    }

    private static String advice(Exception why) {
        return why instanceof DiskFailure failure && failure.kind() == DiskFailure.Kind.FULL
                ? "; make room there, a few hundred kilobytes are enough to serve what is kept" : "";
    }

    /** For what nobody has foreseen: it is a mistake of Naru's, whatever was typed. */
    static String ofBug(RuntimeException bug) {
        return "this should not have happened: " + bug + "; run it again with --debug and report what it says";
    }
}
