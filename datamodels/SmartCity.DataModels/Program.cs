using SmartCity.DataModels;

if (args is not ["contexts", var models, var folder])
{
    Console.Error.WriteLine("usage: SmartCity.DataModels contexts MODELS DIR");
    Console.Error.WriteLine("  writes into DIR the contexts of a copy of the Smart Data Models (a folder for each subject),");
    Console.Error.WriteLine("  for a broker to preload with --contexts DIR");
    return 2;
}

Directory.CreateDirectory(folder);
Console.WriteLine($"{ContextFolder.Write(models, folder)} subjects written to {folder}");
return 0;
