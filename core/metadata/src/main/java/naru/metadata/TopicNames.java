package naru.metadata;

import naru.protocol.ErrorCode;

/** Which names a topic may have: 1 to 249 of letters, digits, dot, underscore and dash; not "." or "..". */
public final class TopicNames {

    private static final int LENGTH_MAX = 249;

    private TopicNames() {}

    static void check(String name, Cluster cluster) throws Refused {
        String why = complaint(name);
        if (why != null) {
            throw new Refused(ErrorCode.INVALID_TOPIC_EXCEPTION, why);
        }
        if (cluster.topic(name) != null) {
            throw new Refused(ErrorCode.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists.");
        }
        String other = cluster.collision(name);
        if (other != null) {
            throw new Refused(ErrorCode.INVALID_TOPIC_EXCEPTION,
                    "Topic '" + name + "' collides with existing topic: " + other);
        }
    }

    public static boolean isValid(String name) {
        return complaint(name) == null;
    }

    /** Null when a topic may have this name, else why it may not. */
    public static String complaint(String name) {
        if (name.isEmpty()) {
            return "Topic name is invalid: the empty string is not allowed";
        }
        if (name.equals(".") || name.equals("..")) {
            return "Topic name is invalid: '" + name + "' is not allowed";
        }
        if (name.length() > LENGTH_MAX) {
            return "Topic name is invalid: the length of '" + name + "' is longer than the max allowed length " + LENGTH_MAX;
        }
        boolean legal = name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c == '.' || c == '_' || c == '-');
        return legal ? null : "Topic name is invalid: '" + name + "' contains one or more characters other than "
                + "ASCII alphanumerics, '.', '_' and '-'";
    }
}
