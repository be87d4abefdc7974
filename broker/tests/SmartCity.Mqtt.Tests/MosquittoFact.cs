namespace SmartCity.Mqtt.Tests;

/// <summary>Needs a real mosquitto; reported as skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute()
    {
        if (!File.Exists(MosquittoServer.Program)) Skip = MosquittoTheoryAttribute.Reason;
    }
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MosquittoTheoryAttribute : TheoryAttribute
{
    internal const string Reason = "mosquitto is not installed (apt-get install mosquitto mosquitto-clients libmosquitto1)";

    public MosquittoTheoryAttribute()
    {
        if (!File.Exists(MosquittoServer.Program)) Skip = Reason;
    }
}
