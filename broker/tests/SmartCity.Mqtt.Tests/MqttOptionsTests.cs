namespace SmartCity.Mqtt.Tests;

public class MqttOptionsTests
{
    [Theory]
    [InlineData("mqtt://host", "host", 1883, false, null, null)]
    [InlineData("mqtts://host", "host", 8883, true, null, null)]
    [InlineData("mqtt://u:p%40ss@host:99/topic", "host", 99, false, "u", "p@ss")]
    [InlineData("mqtt://u@[::1]:99", "::1", 99, false, "u", null)]
    public void A_uri_gives_the_options(string uri, string host, int port, bool tls, string? user, string? password)
    {
        var options = MqttOptions.FromUri(new Uri(uri));

        Assert.Equal((host, port, tls), (options.Host, options.Port, options.UseTls));
        Assert.Equal((user, password), (options.UserName, options.Password));
    }

    [Fact]
    public void Another_scheme_is_refused() =>
        Assert.Throws<MqttException>(() => MqttOptions.FromUri(new Uri("http://host")));

    [Fact]
    public void An_absent_library_says_what_to_install()
    {
        var error = Assert.Throws<MqttLibraryMissingException>(
            () => Native.NativeLibraryCheck.EnsurePresent("libabsent.so.1"));

        Assert.Contains("apt-get install libmosquitto1", error.Message, StringComparison.Ordinal);
    }
}
