package naru.differential;

/**
 * One field in which two brokers differ.
 *
 * @param step what was asked
 * @param version the version that the conversation was held in
 * @param kafka what Kafka says; {@link #MISSING} when it leaves the field at its default or does not send it
 */
record Difference(String scenario, String step, String api, int version, String path, String kafka, String naru) {

    static final String MISSING = "-";

    /** Everything but the version: differences that share it are told together. */
    String sameIn() {
        return scenario + " | " + step + " | " + path + " | " + kafka + " | " + naru;
    }
}
