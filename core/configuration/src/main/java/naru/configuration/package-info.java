/** Every configuration key as a value, and what a configuration file says once it is read. */
package naru.configuration;
