/** What clients of three nodes see while one of them is killed, stopped, cut off or restarted. */
package naru.clusters.trials;
