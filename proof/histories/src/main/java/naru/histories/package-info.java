/**
 * What clients did and saw, written down as it happened, and a checker that names what is wrong with it. The names are
 * those that Jepsen's reports on logs use; the definitions stand at {@link naru.histories.Anomaly}.
 */
package naru.histories;
