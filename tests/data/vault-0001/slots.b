{"format":"fieldinspect-slots/1","vault":"4ad160c14bd540fe9efe27c8661a7fe4","generation":1,"check":"iOIDnP2B56JjFGWmTWZZGA==","slots":[{"type":"passphrase","index":0,"memory":65536,"passes":3,"lanes":4,"salt":"n1MM8IDmXrvdWdypmN/UzA==","wrapped":"fmAURmOFLHwtPJY79Hzl/HENvG5R8XzbHu1TbEqnimoAmWhgxSEZcFH4p8/sMzsm"}]}
afa7fc1b3ac5658614504b440125dffca63fcd9ad50fa19e7e09fc1fd3ae0f85
