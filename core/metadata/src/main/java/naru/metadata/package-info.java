/** The cluster as one immutable value, and the controller that decides how it changes. */
package naru.metadata;
