package naru.histories;

/** One thing that is wrong, in words. */
public record Finding(Anomaly anomaly, String words) {

    @Override
    public String toString() {
        return anomaly.words() + ": " + words;
    }
}
