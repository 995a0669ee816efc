package naru.broker;

/** Which names a topic may have: 1 to 249 of letters, digits, dot, underscore and dash; not "." or "..". */
final class TopicNames {

    private static final int LENGTH_MAX = 249;

    private TopicNames() {}

    static boolean isValid(String name) {
        if (name.isEmpty() || name.length() > LENGTH_MAX || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isAllowed(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-';
    }
}
