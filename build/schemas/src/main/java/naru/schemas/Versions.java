package naru.schemas;

/**
 * A run of message versions, both ends inside, written {@code 3}, {@code 0-12}, {@code 2+} or {@code none}.
 *
 * @param first the lowest version
 * @param last the highest version; below {@code first} when there is none
 */
record Versions(int first, int last) {

    static final Versions NONE = new Versions(0, -1);

    static Versions parse(Object text) {
        if (text == null || text.equals("none")) {
            return NONE;
        }
        String range = text.toString();
        if (range.endsWith("+")) {
            return new Versions(Integer.parseInt(range.substring(0, range.length() - 1)), Integer.MAX_VALUE);
        }
        String[] ends = range.split("-");
        return new Versions(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    boolean isEmpty() {
        return last < first;
    }

    Versions and(Versions other) {
        return new Versions(Math.max(first, other.first), Math.min(last, other.last));
    }

    boolean covers(Versions other) {
        return other.isEmpty() || first <= other.first && other.last <= last;
    }

    /** A Java condition on {@code wireVersion} that holds in this range, given that {@code known} holds. */
    String test(Versions known) {
        if (covers(known)) {
            return "true";
        }
        if (and(known).isEmpty()) {
            return "false";
        }
        if (first <= known.first) {
            return "wireVersion <= " + last;
        }
        if (last >= known.last) {
            return "wireVersion >= " + first;
        }
        return "wireVersion >= " + first + " && wireVersion <= " + last;
    }
}
