/** Brokers in processes of their own, which can be killed. */
package naru.clusters;
