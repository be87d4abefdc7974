using FluentValidation;
using SmartCity.Adapters.Cities;
using SmartCity.Mqtt;

namespace SmartCity.Adapters.Sources.MqttJson;

/// <summary>
/// <c>kind: mqtt-json</c>: devices that publish in the FIWARE way, JSON measures on <c>/json/[apikey]/[device]/attrs</c> or
/// <c>/[apikey]/[device]/attrs</c>, or one value on <c>.../attrs/[name]</c>.
/// </summary>
internal sealed class MqttJsonKind : ISourceKind
{
    public string Name => "mqtt-json";

    public string? DefaultObservedAt => "TimeInstant";

    public ISource? Read(YamlSection section, SourceSurroundings surroundings)
    {
        var options = ReadOptions(section, surroundings);
        var apikeys = section.Texts("apikeys") ?? ["+"];
        var qos = section.Integer("qos") ?? 1;
        if (qos is < 0 or > 2) section.Report("qos", "'qos' is not 0, 1 or 2");
        var topics = section.Texts("topics") ?? [.. apikeys.SelectMany(FiwareTopic.Filters)];
        foreach (var topic in topics)
            if (!TopicFilter.IsValid(topic)) section.Report("topics", $"'{topic}' is not a topic filter");
        if (options is null) return null;

        section.Validate(options, Validator.Instance);
        return new MqttJson(options, topics, (MqttQos)Math.Clamp(qos, 0, 2), surroundings);
    }

    private static MqttOptions? ReadOptions(YamlSection section, SourceSurroundings surroundings)
    {
        var url = section.Required("url");
        var user = section.Text("user");
        var password = section.Text("password");
        var clientId = section.Text("clientId") ?? $"smartcity-{Path.GetFileName(surroundings.City)}-{surroundings.Adapter}";
        var protocol = section.Text("protocol") ?? "3.1.1";
        var keepAlive = section.Duration("keepAlive") ?? TimeSpan.FromSeconds(30);
        var caFile = section.Text("caFile");
        if (protocol is not ("3.1.1" or "5")) section.Report("protocol", "'protocol' is not 3.1.1 or 5");
        if (caFile is not null && !File.Exists(caFile = Path.Combine(surroundings.City, caFile)))
            section.Report("caFile", $"the file '{caFile}' does not exist");
        if (url.Length == 0) return null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("mqtt" or "mqtts") || uri.Host.Length == 0)
        {
            section.Report("url", $"'{url}' is not a URL such as mqtt://host:1883 or mqtts://host:8883");
            return null;
        }

        var options = MqttOptions.FromUri(uri);
        return options with
        {
            UserName = user ?? options.UserName,
            Password = password ?? options.Password,
            ClientId = clientId,
            KeepAlive = keepAlive,
            CaFile = caFile,
            Protocol = protocol == "5" ? MqttProtocol.V5 : MqttProtocol.V311,
            // The MQTT broker keeps what the NGSI-LD broker has not yet taken.
            CleanSession = false,
            AcknowledgeWhenHandled = true,
            RetryFirstConnect = true,
        };
    }

    private sealed class Validator : AbstractValidator<MqttOptions>
    {
        internal static readonly Validator Instance = new();

        private Validator()
        {
            RuleFor(o => o.KeepAlive).InclusiveBetween(TimeSpan.FromSeconds(5), TimeSpan.FromHours(18))
                .WithMessage("'keepAlive' is not between 5s and 18h");
            RuleFor(o => o.ClientId).NotEmpty().WithMessage("'clientId' is empty");
        }
    }
}
